"""The benchmark of seals measures seals: each key at each level, made by the program's own sealer."""

from collections.abc import Iterator

import pytest

from scripts.bench.signing.authorities import Authorities, running_authorities
from scripts.bench.signing.keys import CONFIG, Key, prepare_keys
from scripts.bench.signing.sealing import Throughput, in_a_process, memory, rates, throughput


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authorities]:
    with running_authorities(tmp_path_factory.mktemp("authorities")) as running:
        yield running


@pytest.fixture(scope="module")
def keys(authorities: Authorities) -> Iterator[dict[str, Key]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CONFIG, "")  # so that what is set now is taken back afterwards
        yield prepare_keys(authorities.folder)


@pytest.mark.needs("softhsm")
@pytest.mark.parametrize("name", ["PKCS#12, EC P-256", "SoftHSM2, RSA-2048", "SoftHSM2, EC P-256"])
def test_every_kind_of_key_seals_for_decades(keys: dict[str, Key], authorities: Authorities, name: str) -> None:
    found = in_a_process(rates, keys[name], authorities, ["B-LTA"], 1)["B-LTA"]
    assert found.kept.cpu_ms > 0
    assert found.kept.a_second > 0
    assert found.asked_anew is not None


def test_a_level_without_revocation_data_has_nothing_to_ask_anew(
    keys: dict[str, Key], authorities: Authorities
) -> None:
    assert rates(keys["PKCS#12, RSA-2048"], authorities, ["B-B"], 1)["B-B"].asked_anew is None


def test_four_seals_wait_for_a_slow_authority_at_once(keys: dict[str, Key], authorities: Authorities) -> None:
    found = throughput(keys["PKCS#12, RSA-2048"], authorities, 0.3, 1)
    assert found.beside_s >= 0
    assert found.an_hour > 0


def test_the_rate_under_a_slower_authority_follows_from_what_a_seal_takes_beside_waiting() -> None:
    assert Throughput(beside_s=1.0, an_hour=0.0).at(2.0) == pytest.approx(4 * 3600 / 5)


def test_memory_is_looked_at_early_and_at_the_end(keys: dict[str, Key], authorities: Authorities) -> None:
    found = memory(keys["PKCS#12, RSA-2048"], authorities, 2)
    assert found.early_mb > 1
    assert found.late_mb > 1
