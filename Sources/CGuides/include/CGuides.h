#pragma once
// The guides in Sources/hookbatch/hookbatch.docc, embedded by the compiler. They are read-only pages
// of the executable, which only `hookbatch help TOPIC` loads.

#include <stddef.h>
#include <stdint.h>

/// UTF-8 text of static storage, without a terminating zero.
typedef struct {
    const uint8_t *_Nonnull bytes;
    size_t count;
} hb_text;

hb_text hb_guide_inputs(void);
hb_text hb_guide_reports(void);
hb_text hb_guide_exit_codes(void);
hb_text hb_guide_pace(void);
hb_text hb_guide_connections(void);
hb_text hb_guide_jobs(void);
hb_text hb_guide_recipes(void);
hb_text hb_guide_machines(void);
hb_text hb_guide_rehearsal(void);
hb_text hb_guide_security(void);
hb_text hb_guide_benchmarks(void);
hb_text hb_guide_changes(void);
