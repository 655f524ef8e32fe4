"""Houji 厚积: a points platform in which every point is explained and can be checked."""
