"""Where control can go inside one code object: blocks, edges, graph algorithms, pictures."""
