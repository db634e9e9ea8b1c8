namespace securebase::cli {}
