"""Measurements of the promises that the design makes: each module prints its figures beside their bounds."""
