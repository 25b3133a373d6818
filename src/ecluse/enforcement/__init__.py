"""From a decision to what makes it hold: blocklists, what they would cut, and what came of it."""
