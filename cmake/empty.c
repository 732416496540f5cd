// SPDX-License-Identifier: MIT
/* A shared library needs a source of its own; its code is in the parts. */
typedef int ix_empty_translation_unit;
