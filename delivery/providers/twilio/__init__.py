"""What Twilio's texts and calls share: the way over HTTP, and the codes of its account."""
