"""Trains a model that tells how likely a card payment is fraudulent."""

NAME = "fraud-detection"
"""Of the model: in models/, in the registry, and of the experiment."""
