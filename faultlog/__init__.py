"""faultlog."""
