// Everything is inline; this holds the header to compiling as C.
#include "CBytes.h"
