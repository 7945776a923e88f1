from search_service.cli.main import main

main()
