// There is nothing to see before the other steps have run.
