"""How a simulated connector lives: scenarios, the life itself, and the bundle its support tool writes."""
