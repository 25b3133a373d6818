"""From the logs an organisation already has to who uses which AI, and what cannot be seen."""
