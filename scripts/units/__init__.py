"""Makes the data of administrative units from what three public packages ship: `python -m scripts.units FOLDER`."""
