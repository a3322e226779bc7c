"""Frame to picture: each function checks its frame and returns a chart that says n and how sure it is."""
