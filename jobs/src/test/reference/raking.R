# Numbers that RakingTest compares with, by survey.
# Run: Rscript jobs/src/test/reference/raking.R
suppressPackageStartupMessages(library(survey))
options(digits = 16, survey.replicates.mse = FALSE)
show <- function(name, value) cat(sprintf("%-34s %s\n", name, paste(sprintf("%.16g", value), collapse = " ")))

# As in the tests of survey: tests/rakecheck.R.
data(api)
rclus1 <- as.svrepdesign(svydesign(id = ~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc))
margins <- list(
  data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018)),
  data.frame(sch.wide = c("No", "Yes"), Freq = c(1072, 5122)))
exactly <- list(maxit = 100, epsilon = 1e-10, verbose = FALSE)
raked <- rake(rclus1, list(~stype, ~sch.wide), margins, control = exactly)
show("mean api00, total enroll", c(coef(svymean(~api00, raked)), coef(svytotal(~enroll, raked))))
show("their standard errors, JK1", c(SE(svymean(~api00, raked)), SE(svytotal(~enroll, raked))))
show("rscales, scale", c(unique(rclus1$rscales), rclus1$scale))
show("weight range", range(weights(raked, "sampling")))

# The second raking of the same tests: the joint margin of type and school-wide target, and comp.imp.
joint <- as.data.frame(xtabs(~stype + sch.wide, apipop))
improved <- data.frame(comp.imp = c("No", "Yes"), Freq = c(1712, 4482))
second <- rake(rclus1, list(~stype + sch.wide, ~comp.imp), list(joint, improved), control = exactly)
show("joint margin E H M, No then Yes", joint$Freq)
show("mean api00, total enroll", c(coef(svymean(~api00, second)), coef(svytotal(~enroll, second))))
show("their standard errors, JK1", c(SE(svymean(~api00, second)), SE(svytotal(~enroll, second))))
