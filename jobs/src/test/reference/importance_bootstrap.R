# How long LMG with a bootstrap takes with relaimpo, to set beside RelativeImportanceBenchmark.java.
# Run: Rscript jobs/src/test/reference/importance_bootstrap.R FILE, with the segment that the
# benchmark wrote
#
# relaimpo isn't packaged by Debian; its source goes into a library of one's own by R CMD INSTALL,
# with r-cran-mass, r-cran-boot, r-cran-survey, r-cran-mitools and r-cran-corpcor.
suppressMessages(library(relaimpo))
set.seed(1)
segment <- read.csv(commandArgs(trailingOnly = TRUE)[1])
replicates <- 64
time <- system.time(
  booted <- boot.relimp(segment, b = replicates, type = "lmg", rank = FALSE, diff = FALSE)
)
# Of this process alone: other work on the machine doesn't lengthen it.
seconds <- time[["user.self"]] + time[["sys.self"]]
drivers <- ncol(segment) - 1
# The shares stand last, after the variance and R squared of the model.
shares <- booted@boot$t[, ncol(booted@boot$t) - drivers + 1:drivers]
estimate <- calc.relimp(segment, type = "lmg")@lmg
cat(sprintf("%d customers, %d drivers, %d replicates\n", nrow(segment), drivers, replicates))
cat(sprintf("LMG        %s\n", paste(sprintf("%.4f", estimate), collapse = " ")))
cat(sprintf("its error  %s\n", paste(sprintf("%.4f", apply(shares, 2, sd)), collapse = " ")))
cat(sprintf("seconds    %.2f, so about %.0f for 1,000 replicates\n", seconds,
            1000 / replicates * seconds))
