"""The pages, one module a matter; another one is added to the list here."""

from web.routes import (
    accounts,
    documents,
    lists,
    overview,
    provider,
    records,
    review,
    search,
    sign_in,
    snapshots,
    units,
)

ROUTERS = (
    sign_in.router,
    provider.router,
    overview.router,
    units.router,
    lists.router,
    search.router,
    records.router,
    documents.router,
    review.router,
    snapshots.router,
    accounts.router,
)
