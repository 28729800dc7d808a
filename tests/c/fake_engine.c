/* What the extension takes for PHP's engine: one whose tables are not what they should be, or are. Usage: fake_engine
   EXTENSION WHAT. Prints what the extension says of it. */

#include <dlfcn.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNUSED(name) void name(void) { abort(); }

UNUSED(zend_fetch_function_str) UNUSED(zend_get_constant_str) UNUSED(zend_ini_string) UNUSED(zend_register_long_constant)
UNUSED(php_info_print_table_start) UNUSED(php_info_print_table_end) UNUSED(php_info_print_table_row)
UNUSED(php_info_print_table_header) UNUSED(zend_parse_parameters) UNUSED(zend_argument_value_error)
UNUSED(zend_argument_type_error) UNUSED(zend_value_error) UNUSED(php_error_docref) UNUSED(convert_to_long)
UNUSED(zval_try_get_string_func) UNUSED(zend_long_to_str) UNUSED(zend_try_assign_typed_ref_arr)
UNUSED(zend_try_assign_typed_ref_long) UNUSED(zend_hash_index_find) UNUSED(zend_hash_str_update)
UNUSED(add_assoc_stringl_ex) UNUSED(add_next_index_stringl) UNUSED(zend_zval_type_name) UNUSED(zend_is_callable)
UNUSED(zend_fetch_resource2_ex) UNUSED(php_file_le_stream) UNUSED(php_file_le_pstream) UNUSED(_php_stream_cast)
UNUSED(php_check_open_basedir) UNUSED(php_check_open_basedir_ex) UNUSED(expand_filepath)
UNUSED(_php_stream_fopen_from_fd) UNUSED(php_output_flush_all) UNUSED(php_add_tick_function)
UNUSED(_call_user_function_impl) UNUSED(zend_fiber_switch_block) UNUSED(zend_fiber_switch_unblock)
UNUSED(zend_exception_set_previous) UNUSED(zend_is_unwind_exit)

struct value { uint64_t payload; uint32_t type, extra; };
struct argument { const char *name; void *class; uint32_t types; const char *initial; };
struct table { uint32_t counts[4]; struct value *first; uint32_t used, rest[7]; };
struct module {
    uint16_t size;
    uint32_t api;
    unsigned char debug, threads;
    void *settings, *dependencies;
    const char *name;
    void *functions;
    int (*start)(int, int);
    void *hooks[3], *information;
    const char *version;
    void *globals[5];
    int started;
    unsigned char kind;
    void *handle;
    int number;
    const char *build;
};
_Static_assert(sizeof(struct module) == 168, "as the engine has it");

void *module_registry, *zend_interrupt_function;
const char *sapi_module[8] = {"fake"};
unsigned char executor_globals[2048];

static struct module core = {.size = sizeof core, .api = 20220829, .name = "Core", .version = "4.2.0", .build = "API20220829,NTS"};
static struct module standard = {.size = sizeof standard, .api = 20220829, .name = "standard", .version = "8.2.0"};
static struct value core_value = {.type = 13}, standard_value = {.type = 13};
static int stride = 32, list_stride = 1;

void *zend_hash_str_find(void *registry, const char *name, size_t length)
{
    (void)registry;
    if (length == 4 && memcmp(name, "core", 4) == 0)
        return &core_value;
    return length == 8 && memcmp(name, "standard", 8) == 0 ? &standard_value : NULL;
}

int zend_next_free_module(void) { return 51; }

/* As PHP 8.1 does it: what it knows from now on is a copy. */
static struct module copies[2];
static int registered;

struct module *zend_register_module_ex(struct module *module, int kind)
{
    (void)kind;
    copies[registered] = *module;
    return &copies[registered++];
}

int zend_startup_module_ex(struct module *module)
{
    int is_copy = module >= copies && module < copies + registered;

    printf("\n%s: %s", module->name, is_copy ? "started" : "started, and it is not the one that is registered");
    return 0;
}

struct table *_zend_new_array(uint32_t size)
{
    static struct value values[64];
    static struct table list = {.first = values};

    (void)size;
    return &list;
}

void *zend_hash_next_index_insert(struct table *list, struct value *value)
{
    struct value *place = list->first + (size_t)(list->used++ * (uint32_t)list_stride);

    *place = *value;
    return place;
}

void zval_ptr_dtor(struct value *value) { (void)value; }

void zend_error(int kind, const char *format, ...)
{
    va_list arguments;

    printf("%d ", kind);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
}

static struct argument compares[3] = {{.name = (char *)2, .types = 16}, {.name = "string1", .types = 64}, {.name = "string2", .types = 64}};
static struct argument sorts[2] = {{.name = (char *)1}, {.name = "array", .types = 128 | 1 << 25}};

/* A table of functions, the one of that name in the middle. */
static void *functions(const char *name, struct argument *arguments)
{
    char *table = calloc(21, (size_t)stride);

    for (int i = 0; i < 20; i++) {
        void **entry = (void **)(table + i * stride);

        entry[0] = i == 10 ? (void *)name : (void *)"some_function";
        entry[1] = (void *)functions;
        entry[2] = arguments;
        ((uint32_t *)entry)[6] = 1;
    }
    return table;
}

int main(int argc, char **argv)
{
    const char *what = argc == 3 ? argv[2] : "";
    void *extension;
    struct module *(*get_module)(void), *module;

    if (strcmp(what, "other size") == 0)
        core.size = 176;
    if (strcmp(what, "debug build") == 0)
        core.debug = 1;
    if (strcmp(what, "other stride") == 0)
        stride = 72;
    if (strcmp(what, "newer stride") == 0)
        stride = 56;
    if (strcmp(what, "other arguments") == 0)
        compares[1].name = "haystack";
    if (strcmp(what, "other references") == 0)
        sorts[1].types = 128;
    if (strcmp(what, "other lists") == 0)
        list_stride = 3;
    if (strcmp(what, "command line") == 0)
        sapi_module[0] = "cli";
    if (strcmp(what, "old version") == 0)
        standard.version = "8.0.30";
    core.functions = functions("strcmp", compares);
    standard.functions = functions("sort", sorts);
    core_value.payload = (uintptr_t)&core;
    standard_value.payload = (uintptr_t)&standard;
    extension = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (!extension) {
        puts(dlerror());
        return 1;
    }
    get_module = (struct module *(*)(void))dlsym(extension, "get_module");
    module = get_module();
    if (module->api != core.api)
        printf("%s: refused by the engine itself", module->name);
    else if (module->functions)
        printf("%s: taken", module->name);
    if (module->api == core.api && (!module->functions || strcmp(what, "command line") == 0))
        module->start(1, 50);
    puts("");
    return 0;
}
