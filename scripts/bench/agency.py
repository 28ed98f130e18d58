"""The fictional agency whose papers are measured; apart, since sealing is measured without the chain's modules."""

AGENCY_NAME = "Ủy ban nhân dân xã Đo Lường"
