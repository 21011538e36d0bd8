#pragma once
// Nothing is to be called: in whoever links this libdispatch is quiet.
