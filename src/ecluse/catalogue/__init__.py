"""What Écluse knows before it looks: measures, AI services, blind spots; refuses doubtful data."""
