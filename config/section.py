"""What every table of the settings file is made of."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A table of the settings file."""

    # A wrong value may be a secret in the wrong place: no error shows it, with --verbose neither.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
