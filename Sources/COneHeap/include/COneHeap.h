#pragma once
// Nothing is to be called: whoever links this has one heap.
