"""Which sets of backups are kept: those of so many months, and for each span of years the law names its first one."""

from config.backup_rules import backup_rules
from pipeline.backups.manifest import instant_of
from pipeline.backups.places import Place
from pipeline.context import Context

_DAYS_A_MONTH = 31


def superfluous(ctx: Context, place: Place) -> list[str]:
    """Give the sets that need not be kept any more; never the newest one."""
    sets = place.sets()
    span = backup_rules().long_term_years
    keep_days = ctx.settings.backup.keep_months * _DAYS_A_MONTH
    first_of_span: dict[int, str] = {}
    for name in sets:
        first_of_span.setdefault(instant_of(name).year // span, name)
    kept = {*first_of_span.values(), *sets[-1:]}
    return [name for name in sets if name not in kept and (ctx.clock() - instant_of(name)).days > keep_days]
