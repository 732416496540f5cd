# SPDX-License-Identifier: MIT
"""Parts of bench/run: processes, links, systems, search, report."""
