"""The stages of the line, in order: each a function of hashed inputs with one hashed output file."""

from pipeline.stages.assemble import ASSEMBLE
from pipeline.stages.deliver import DELIVER
from pipeline.stages.extract import EXTRACT
from pipeline.stages.prepare import PREPARE
from pipeline.stages.recognize import RECOGNIZE
from pipeline.stages.stage import Inputs, KnownKeys, Stage, do_stage, inputs_sha256, stage_key

__all__ = [
    "ASSEMBLE",
    "DELIVER",
    "EXTRACT",
    "PREPARE",
    "RECOGNIZE",
    "STAGES",
    "Inputs",
    "KnownKeys",
    "Stage",
    "do_stage",
    "inputs_sha256",
    "stage_key",
]

STAGES: tuple[Stage, ...] = (DELIVER, PREPARE, RECOGNIZE, ASSEMBLE, EXTRACT)
"""All stages whose work is keyed and may be redone; sealing and archiving follow and are never redone."""
