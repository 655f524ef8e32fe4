"""A programme: its kinds of points, what a point is worth, how long it lasts, its public face."""
