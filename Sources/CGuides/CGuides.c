#include "CGuides.h"

static const uint8_t inputs[] = {
#embed "../hookbatch/hookbatch.docc/Inputs.md"
};

static const uint8_t reports[] = {
#embed "../hookbatch/hookbatch.docc/Reports.md"
};

static const uint8_t exit_codes[] = {
#embed "../hookbatch/hookbatch.docc/Exit-Codes.md"
};

static const uint8_t pace[] = {
#embed "../hookbatch/hookbatch.docc/Pace.md"
};

static const uint8_t connections[] = {
#embed "../hookbatch/hookbatch.docc/Connections.md"
};

static const uint8_t jobs[] = {
#embed "../hookbatch/hookbatch.docc/Jobs.md"
};

static const uint8_t recipes[] = {
#embed "../hookbatch/hookbatch.docc/Recipes.md"
};

static const uint8_t machines[] = {
#embed "../hookbatch/hookbatch.docc/ManyMachines.md"
};

static const uint8_t rehearsal[] = {
#embed "../hookbatch/hookbatch.docc/Rehearsal.md"
};

static const uint8_t security[] = {
#embed "../hookbatch/hookbatch.docc/Security.md"
};

static const uint8_t benchmarks[] = {
#embed "../hookbatch/hookbatch.docc/Benchmarks.md"
};

static const uint8_t changes[] = {
#embed "../hookbatch/hookbatch.docc/Changes.md"
};

hb_text hb_guide_inputs(void) { return (hb_text){inputs, sizeof inputs}; }
hb_text hb_guide_reports(void) { return (hb_text){reports, sizeof reports}; }
hb_text hb_guide_exit_codes(void) { return (hb_text){exit_codes, sizeof exit_codes}; }
hb_text hb_guide_pace(void) { return (hb_text){pace, sizeof pace}; }
hb_text hb_guide_connections(void) { return (hb_text){connections, sizeof connections}; }
hb_text hb_guide_jobs(void) { return (hb_text){jobs, sizeof jobs}; }
hb_text hb_guide_recipes(void) { return (hb_text){recipes, sizeof recipes}; }
hb_text hb_guide_machines(void) { return (hb_text){machines, sizeof machines}; }
hb_text hb_guide_rehearsal(void) { return (hb_text){rehearsal, sizeof rehearsal}; }
hb_text hb_guide_security(void) { return (hb_text){security, sizeof security}; }
hb_text hb_guide_benchmarks(void) { return (hb_text){benchmarks, sizeof benchmarks}; }
hb_text hb_guide_changes(void) { return (hb_text){changes, sizeof changes}; }
