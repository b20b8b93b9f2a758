"""Before there is an outcome: a plan filled in from a store, and what a study of its size could see."""
