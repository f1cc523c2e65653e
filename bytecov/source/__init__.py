"""From edges of the bytecode to what the author wrote: obligations, and links to them."""
