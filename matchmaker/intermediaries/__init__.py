"""Service bodies 科技中介服务机构: the catalogue of their services, and what is asked of them."""
