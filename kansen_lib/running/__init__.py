"""Which notebooks must run, and running them in processes of their own. Knows nothing of statistics."""
