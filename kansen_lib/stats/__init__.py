"""Pure statistics: arrays and frames in, frozen results out. Knows nothing of schools, files or Dutch."""
