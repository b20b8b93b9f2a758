"""One module a notebook: a school's slice and its benchmark in, named results out."""
