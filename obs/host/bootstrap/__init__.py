"""Not imported: the folder is on a service's PYTHONPATH, for its ``sitecustomize``. A package, so wheels have it."""
