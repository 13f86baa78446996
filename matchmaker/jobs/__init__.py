"""Long work that is done beside the pages: asked for, watched and cancelled here; done by the worker."""
