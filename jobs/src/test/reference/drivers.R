# Numbers that the tests of linkage.stats.drivers compare with, by base R.
# Run: Rscript jobs/src/test/reference/drivers.R
options(digits = 16)
show <- function(name, value) cat(sprintf("%-34s %s\n", name, paste(sprintf("%.16g", value), collapse = ", ")))

# LeastSquaresTest
fit <- lm(Fertility ~ Agriculture + Examination + Education + Catholic, swiss)
show("swiss coefficients", coef(fit)[-1])
show("swiss r squared", summary(fit)$r.squared)
show("swiss education standard error", summary(fit)$coefficients["Education", 2])
show("swiss catholic p", summary(fit)$coefficients["Catholic", 4])
show("swiss examination vif", 1 / (1 - summary(lm(Examination ~ Agriculture + Education + Catholic, swiss))$r.squared))
less <- lm(Fertility ~ Agriculture + Examination, swiss)
show("swiss partial r squared", 1 - deviance(fit) / deviance(less))
show("swiss first fitted", fitted(fit)[1])
grouped <- lm(mpg ~ wt + hp + factor(cyl), mtcars)
show("mtcars grouped coefficients", coef(grouped)[2:3])
show("mtcars grouped wt standard error", summary(grouped)$coefficients["wt", 2])
