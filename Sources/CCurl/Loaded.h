#pragma once

/// The handle of the libcurl that `hb_curl_load` has loaded; NULL before.
extern void *hb_curl_library __attribute__((visibility("hidden")));
