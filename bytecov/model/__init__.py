"""Plain values that every layer speaks: spans, edges, hits, decisions, results, errors."""
