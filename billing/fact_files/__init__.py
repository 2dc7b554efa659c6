"""Files of facts that people upload on the page: looked through first, taken over when asked to."""
