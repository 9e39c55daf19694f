#pragma once
// What the compiler finds out about the build.

/// The commit that the program was built from, 40 hexadecimal digits; NULL if it is unknown: the
/// sources are no git checkout, or not its branch main. Of static storage.
const char *_Nullable hb_build_commit(void);

/// The C compiler of the toolchain, with its commit. Of static storage.
const char *_Nonnull hb_build_compiler(void);
