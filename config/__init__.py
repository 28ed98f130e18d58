"""Settings, errors, languages and reference data: what every other folder may lean on."""
