// Asks the processor for memory that is about to be used, so that it comes while something else is done.
#pragma once

/// The line of memory at `address`, which will be written. Any address will do: one that is nobody's is ignored.
static inline void tk_prefetch(const void *address) { __builtin_prefetch(address, 1); }
