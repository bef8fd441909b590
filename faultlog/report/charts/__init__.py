"""An incident as a picture: what stands where as plain values, then the drawing of it."""
