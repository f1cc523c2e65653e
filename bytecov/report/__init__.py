"""Results to words and pages."""
