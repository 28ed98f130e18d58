"""The administrative units: the tree of a day, and one unit with its figures, its history and its records."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from markupsafe import Markup

from pipeline.list_exports import export_figures
from pipeline.progress.document_lists import findings_of
from pipeline.progress.kept_snapshots import last_snapshot_by
from pipeline.progress.lists import unit_called
from pipeline.progress.one_unit import one_unit
from pipeline.progress.trend import TrendPoint, share_of
from pipeline.progress.unit_tree_view import tree_of
from pipeline.progress.working_days import working_days_of
from pipeline.reports.outlook_tables import NO_HOLIDAYS
from pipeline.reports.rows import METRICS
from pipeline.reports.trend_chart import TrendBar, trend_chart
from pipeline.targets import Metric, targets_of
from pipeline.units.keeping import kept_tree
from web.downloads import as_workbook
from web.list_paths import BOOK, ISSUED, unit_path
from web.rendering import page
from web.visiting import Someone, TheSite

router = APIRouter()


@router.get("/figures" + BOOK)
def figures_book(visitor: Someone, site: TheSite) -> Response:
    """Give the current figures as the workbook of the report."""
    progress = site.figures.latest()
    name = f"{'TEST_' if progress.is_test else ''}progress-{progress.as_of.isoformat()}{BOOK}"
    return as_workbook(name, lambda path: export_figures(site.ctx, visitor.account, progress, path))


@router.get("/units")
def units(request: Request, _visitor: Someone, site: TheSite, day: str = "", view: str = "") -> Response:
    """Show the tree of a day, today by default, with today's figures."""
    moment = site.figures.moment()
    asked = _day(day)
    chosen = min(asked or moment.day, moment.day)
    with site.ctx.ledger.reading() as session:
        tree = tree_of(session, chosen, targets_of(site.ctx.settings), is_as_issued=view == ISSUED)
        frozen = last_snapshot_by(session, chosen) if chosen < moment.day else None
    values = {
        "tree": tree,
        "moment": moment,
        "is_as_issued": view == ISSUED,
        "is_past": chosen < moment.day,
        "is_wrong": bool(day) and asked is None,
        "frozen": frozen,
    }
    return page(request, "units.html.j2", values)


@router.get("/units/{named}")
def unit(
    request: Request, _visitor: Someone, site: TheSite, named: str, view: Annotated[str, Query()] = ""
) -> Response:
    """Show one unit, named by its code, or by code@day where the code was used anew."""
    moment = site.figures.moment()
    settings = site.ctx.settings
    with site.ctx.ledger.reading() as session:
        tree = kept_tree(session)[0]
        meant = unit_called(tree, named, moment.day)
        found = one_unit(session, meant.key, moment.day, targets_of(settings), working_days_of(settings))
        is_as_issued = view == ISSUED or found.heir != meant
        trend = site.trends.of_unit(session, meant, tree, moment.day, is_as_issued=is_as_issued)
        figures = found.as_issued if is_as_issued else found.current
        agencies = [one.code for one in figures.agencies]
        findings = findings_of(session, agencies) if agencies else ()
    values = {
        "one": found,
        "moment": moment,
        "is_as_issued": is_as_issued,
        "figures": figures,
        "trend": trend,
        "charts": [(METRICS[metric], metric, _chart(trend, metric)) for metric in (Metric.FLOW, Metric.STOCK)],
        "findings": findings,
        "metrics": METRICS,
        "no_holidays": NO_HOLIDAYS,
        "self": unit_path(meant.code, meant.valid_from),
    }
    return page(request, "unit.html.j2", values)


def _chart(trend: tuple[TrendPoint, ...], metric: Metric) -> Markup:
    def bar(one: TrendPoint) -> TrendBar:
        is_flow = metric is Metric.FLOW
        share = share_of(one.flow if is_flow else one.stock)
        return TrendBar(f"{one.as_of:%m/%y}", share, one.flow_target if is_flow else one.stock_target)

    return trend_chart([bar(one) for one in trend], f"t-{metric}")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
