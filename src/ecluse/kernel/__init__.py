"""What every plane needs: two languages, the clock. Standard library only."""
