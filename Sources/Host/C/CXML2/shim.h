#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlschemas.h>
#include <libxml/xmlerror.h>

/// xmlFree is a variable that holds a function; Swift may not read it from several threads.
static inline void tollkeeper_xml_free(void *memory) { xmlFree(memory); }
