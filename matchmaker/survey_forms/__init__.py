"""Survey forms that people have filled in elsewhere (技术需求征集表, 成果信息表), read to fill in the form of this service.

Nothing of a document is stored: it is read, shown beside the form, and forgotten.
"""
