"""One file per kind of operation: what it sends and what its answer means."""
