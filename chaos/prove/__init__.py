"""Does each experiment fail where it must, and only there? The kill matrix: experiments against variants."""
