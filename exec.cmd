@rem `exec` for npm's scripts on Windows: shells elsewhere have it, so that a signal to npm reaches the service.
@%*
