// Swift's overlay of the C library refers to `hypotf`. The C library gave it a new version in glibc
// 2.35, and it would be the only function that the program needs of a newer one than 2.34.

#include <math.h>

/// `hypotf` of C. A double has room for the squares of all floats, and for their sum.
float hypotf(float x, float y) {
    if (isinf(x) || isinf(y)) return INFINITY;
    return (float)sqrt((double)x * x + (double)y * y);
}
